"""`escalate doctor` names the accounts that no text can be posted for."""

from bot.services.operator.doctor import Doctor
from tests.stories.mail.conftest import MailStory

ACCOUNTS = b"""name,slack_channel
Acme,#ext-acme
Globex,C01ACMESHARED
Initech,C01ACMESHARED
"""


def test_channels_without_an_id_and_of_several_accounts_are_named(sqlite_post: MailStory) -> None:
    services = sqlite_post.story.program.services
    services.account_import.load(ACCOUNTS, "accounts.csv")
    found = Doctor(services.database, services.directory, policy=services.policies.current).examine()
    said = [finding.says for finding in found if finding.what == "sending"]
    assert said == [
        "nothing can be posted in the channel of Acme",
        "Globex, Initech have one channel, so none of them is told there",
    ]
    silent = Doctor(services.database, services.directory).examine()
    assert not any(finding.what == "sending" for finding in silent)

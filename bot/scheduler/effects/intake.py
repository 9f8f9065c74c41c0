"""Posts the files of a form in the channel: a copy of each, because only its owner can open a form's file."""

from dataclasses import dataclass

import structlog

from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.record.captures import FileOfForm
from bot.ports.workspace import Posted, Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.intake.record_files import RecordFiles
from bot.views.intake import files_message


@dataclass(frozen=True)
class IntakeEffects:
    """Performs the copies of files."""

    core: Core
    workspace: Workspace
    files: RecordFiles

    async def post_files(self, job: Job) -> Settle | None:
        """Post a message that names the files, and the files in its thread. A file that can't be posted is told."""
        facts, payload = job.escalation, job.effect.payload
        waiting = await self.core.run_in_background(self.files.waiting, facts.number, payload["files"])
        if facts.channel_id is None or not waiting:
            raise Dropped
        message = files_message.draw(payload["by"], [file.name for file in waiting])
        posted = await post_once(self.workspace, job, facts.channel_id, message)
        refused = [file.name for file in waiting if not await self._posted(file, posted)]
        if not refused:
            return None
        words = files_message.not_posted(refused)
        return lambda tx: self.files.not_copied(tx, facts.number, words, by=payload["by"])

    async def _posted(self, file: FileOfForm, at: Posted) -> bool:
        """Post a copy of one file; return False if Slack refuses it for good."""
        try:
            copy = file.copied_as
            if copy is None or not await self.workspace.has_file(copy):
                content = await self.workspace.file_content(file.file)
                copy = await self.workspace.begin_upload(file.name, content)
                await self.core.run_in_background(self.files.copying, file.id, copy)
                await self.workspace.end_upload(copy, at.channel, at.ts, file.name)
            link = await self.workspace.document_link(copy)
        except Permanent as error:
            structlog.get_logger().info("file not posted", call=error.call, error=error.code)
            return False
        await self.core.run_in_background(self.files.copied, file.id, link)
        return True


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = IntakeEffects(kit.core, kit.workspace, kit.services.record_files)
    return {EffectKind.FILES: effects.post_files}

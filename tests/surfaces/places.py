"""Where the chapters begin: an escalation of Acme, and who fixes it."""

from tests.support.camera import Camera


def acme(camera: Camera) -> str:
    """Open the channel of the latest escalation of Acme as Ana, who declares a Sev 1 first if there is none."""
    camera.go("ana")
    if not camera.page.get_by_role("navigation", name="Workspace").get_by_role("button", name="esc-acme").count():
        camera.type("/escalate acme export is down")
        camera.form.get_by_role("radio", name="Sev 1").check()
        camera.press("Use it", camera.form)
        camera.send("Declare")
        camera.page.wait_for_timeout(2500)
    channel = camera.channel("esc-acme")
    camera.go("ana", channel)
    return channel


def fixer(camera: Camera) -> str:
    """Return who holds the fix, of the two who share the rota."""
    card = camera.page.get_by_role("log", name="Messages").get_by_role("article").filter(has_text="Fix owner").first
    return "eli" if "Eli" in card.inner_text().partition("Fix owner")[2][:40] else "dana"

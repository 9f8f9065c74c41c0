// A bot as people write it with Bolt for JavaScript; test_javascript.py runs it against the sandbox.
import bolt from "@slack/bolt";

const app = new bolt.App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  logLevel: "error",
});

const text = (words) => ({ type: "plain_text", text: words });

app.command("/escalate", async ({ ack, body, client }) => {
  await client.views.open({
    trigger_id: body.trigger_id,
    view: {
      type: "modal",
      callback_id: "form",
      title: text("Declare"),
      submit: text("Declare"),
      blocks: [
        { type: "input", block_id: "name", label: text("Name"), element: { type: "plain_text_input", action_id: "it" } },
      ],
    },
  });
  await ack();
});

app.view("form", async ({ ack, view, client }) => {
  const { channel } = await client.conversations.create({ name: view.state.values.name.it.value });
  const own = { type: "button", action_id: "own", text: text("Own") };
  await client.chat.postMessage({ channel: channel.id, text: "card", blocks: [{ type: "actions", elements: [own] }] });
  await ack();
});

app.action("own", async ({ ack, respond }) => {
  await respond({ text: "owned", replace_original: true });
  await ack();
});

app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "divider" }] } });
});

app.assistant(
  new bolt.Assistant({
    threadStarted: async ({ say, setSuggestedPrompts, saveThreadContext }) => {
      await say("Ask me");
      await saveThreadContext();
      await setSuggestedPrompts({ prompts: [{ title: "Greet", message: "Hello" }] });
    },
    userMessage: async ({ message, say, setTitle, setStatus, getThreadContext }) => {
      await setTitle(message.text);
      await setStatus("is thinking...");
      const { channel_id: channel } = await getThreadContext();
      await say(`You look at <#${channel}>`);
    },
  }),
);

await app.start();
console.log("ready");
process.stdin.on("end", () => app.stop().then(() => process.exit(0))).resume();

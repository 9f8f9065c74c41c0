/** Sends an app in JavaScript that reads no base address to the one in SLACK_API_URL: `node --require` this file. */

const { createRequire } = require("node:module");

const url = process.env.SLACK_API_URL;

if (url) {
  // The app's own copy of the SDK, and not one beside this file. Bolt reads the class from this module.
  const sdk = createRequire(`${process.cwd()}/`)("@slack/web-api/dist/WebClient.js");
  sdk.WebClient = class WebClient extends sdk.WebClient {
    constructor(token, options) {
      super(token, { ...options, slackApiUrl: url });
    }
  };
}

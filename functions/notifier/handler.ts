import { http } from "@google-cloud/functions-framework";
import { handle } from "../shared/http/handle.ts";
import { defaultTimeouts } from "./channels/channel.ts";
import { notifierPaths } from "./notify.ts";

http("notifier", handle(notifierPaths(defaultTimeouts)));

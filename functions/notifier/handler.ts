import { http } from "@google-cloud/functions-framework";
import { handle } from "../shared/http/handle.ts";
import { notifierPaths } from "./notify.ts";
import { usualPatience } from "./send.ts";

http("notifier", handle(notifierPaths(usualPatience)));

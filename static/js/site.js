// The script of every page without a form for readers. Loaded in the head without `defer`, as theme.js asks.
import "./theme.js";
import "./language-offer.js";
import { startLocalTimes } from "./local-times.js";

startLocalTimes();

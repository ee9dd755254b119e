// The same window in a browser, beside the loopback server; for tests only, never shipped.
import { host } from "./host/http";
import { open } from "./open";

void open(host);

import { host } from "./host/tauri";
import { open } from "./open";

void open(host);

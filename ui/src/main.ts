import { mount } from "svelte";
import "./tokens.css";
import "./base.css";
import Window from "./Window.svelte";
import { host } from "./host/tauri";
import { language } from "./text";

document.documentElement.lang = language;
const target = document.getElementById("window");
if (target) mount(Window, { target, props: { host } });

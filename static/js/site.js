// What every page needs. Each part works on what it finds; without this file the site works too.
import { followTheme } from "./theme.js";
import { closeMenusElsewhere } from "./menu.js";
import { watchConnection } from "./connection.js";
import { enableCopying } from "./copying.js";
import { keepTimesFresh } from "./times.js";
import { openDialogs } from "./dialogs.js";
import { sendOnce } from "./sending.js";
import { enrich } from "./enrich.js";
import { keepBellFresh } from "./bell.js";
import { reachScrolled } from "./scrolling.js";

document.documentElement.classList.add("js");
followTheme();
closeMenusElsewhere();
watchConnection();
enableCopying();
keepTimesFresh();
openDialogs();
sendOnce();
enrich();
keepBellFresh();
reachScrolled();

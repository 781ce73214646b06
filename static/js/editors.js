// For pages that need the editor and nothing else of the site: the admin.
import { enrich } from "./enrich.js";

enrich();

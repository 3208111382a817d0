// The script of every page but those that readers write on (reader.js).
import "./theme.js";
import "./language-offer.js";

// Chooses the browser's time zone in a select, unless somebody has chosen there already.
const select = document.querySelector("[data-browser-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const option = [...select.options].find(({ value }) => value === zone);
if (option && select.selectedOptions[0].defaultSelected) option.selected = true;

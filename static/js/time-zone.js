// Chooses the browser's time zone in a select, unless somebody has chosen there already.
{
  const select = document.querySelector("[data-browser-zone]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isIt = ({ value, dataset }) => value === zone || dataset.also?.split(" ").includes(zone);
  const option = [...(select?.options ?? [])].find(isIt);
  if (option && (select.selectedIndex < 1 || select.selectedOptions[0].defaultSelected)) option.selected = true;
}

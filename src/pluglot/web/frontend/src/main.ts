// What makes the pages live. Every page is complete without it.
import "./pluglot.css";
import "uplot/dist/uPlot.min.css";
import "htmx.org";
import { drawCharts } from "./charts";
import { follow, followWhileSeen } from "./live";
import { tellTimes } from "./times";

function settle(): void {
  tellTimes();
  drawCharts();
  follow(settleRegion);
}

function settleRegion(): void {
  tellTimes();
  drawCharts();
}

setInterval(tellTimes, 5000);
followWhileSeen(settleRegion);
settle();
document.body.addEventListener("htmx:afterSettle", settle);

// Opens the pages that are named on the command line in Chromium and prints, for each of them and each screen, what the
// console said, what axe (https://github.com/dequelabs/axe-core) complains of, and whether the page is wider than the
// screen. Arguments: the browser, a folder for pictures, the pages.
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const puppeteer = require('puppeteer-core');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const SCREENS = [
  { name: 'light', width: 1280, height: 900, scheme: 'light' },
  { name: 'dark', width: 1280, height: 900, scheme: 'dark' },
  { name: 'phone', width: 360, height: 740, scheme: 'light' },
];

async function look(browser, file, screen, pictures) {
  const page = await browser.newPage();
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  await page.setViewport({ width: screen.width, height: screen.height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: screen.scheme }]);
  await page.goto(pathToFileURL(file).href);
  const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
  const name = `${path.basename(file, '.html')}-${screen.name}.png`;
  await page.screenshot({ path: path.join(pictures, name), fullPage: true });
  await page.keyboard.press('Tab');
  const focused = await page.evaluate(() => document.activeElement.textContent);
  const heard = [...said];
  // axe itself is no part of the page: the page's own policy would keep it out.
  const session = await page.createCDPSession();
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.reload();
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const violations = found.violations.map((item) => `${item.id}: ${item.nodes[0].html.slice(0, 200)}`);
  await page.close();
  return { file: path.basename(file), screen: screen.name, said: heard, violations, scroll, width: screen.width, focused };
}

async function main([executablePath, pictures, ...files]) {
  const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox'], headless: true });
  const found = [];
  for (const file of files) {
    for (const screen of SCREENS) found.push(await look(browser, file, screen, pictures));
  }
  await browser.close();
  console.log(JSON.stringify(found));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});

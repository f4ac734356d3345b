// pa11y over many pages in one Chromium: what to look at comes as JSON on standard input, what was found goes to standard output, a line a page.
// Run by pa11y.py with NODE_PATH, which says where pa11y lies.
const fs = require('fs');
const pa11y = require('pa11y');
const puppeteer = require('puppeteer');

const WIDTH = { width: 1280, height: 900 };
// What axe cannot tell by itself (text over a picture) is a warning, to be looked at by eye: it must be told apart from an error.
const OPTIONS = {
  standard: 'WCAG2AA', runners: ['htmlcs', 'axe'], ignoreUrl: true, includeWarnings: true, levelCapWhenNeedsReview: 'warning',
  viewport: WIDTH, timeout: 120000,
};

// Press the button of the page's own form with nothing filled in, past the browser's own check.
const sendEmpty = selector => {
  const form = document.querySelector(selector);
  form.noValidate = true;
  (form.querySelector('[type=submit]') || form.querySelector('button')).click();
};

async function lookedAt(browser, page, { url, form }) {
  const answer = await page.goto(url, { waitUntil: 'load', timeout: 60000 });
  let status = answer.status();
  if (form) {
    const [next] = await Promise.all([page.waitForNavigation({ waitUntil: 'load', timeout: 60000 }), page.evaluate(sendEmpty, form)]);
    status = next.status();
  }
  const address = page.url();
  const { issues } = await pa11y(url, { ...OPTIONS, browser, page });
  return {
    url, form: form || '', address, status,
    errors: issues.filter(one => one.type === 'error').map(({ runner, code, selector, context, message }) => ({ runner, code, selector, context, message })),
    review: issues.filter(one => one.runnerExtras.needsFurtherReview).map(({ code, selector }) => ({ code, selector })),
  };
}

async function main() {
  const { chromium, windows } = JSON.parse(fs.readFileSync(0, 'utf-8'));
  const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  try {
    for (const { who, cookies, pages } of windows) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport(WIDTH);
      await page.setBypassCSP(true);
      if (cookies.length) await page.setCookie(...cookies);
      for (const one of pages) console.log(JSON.stringify({ who, ...await lookedAt(browser, page, one) }));
      await context.close();
    }
  } finally {
    await browser.close();
  }
}

main().catch(error => { console.error(error); process.exit(1); });

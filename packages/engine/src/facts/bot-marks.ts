/**
 * What a user agent says when no person uses it. Only words that say so count: the look of a text (short, one word, no browser) does not,
 * because apps name themselves as they like, and neither do words that are in the names of apps, such as "scan" or "news".
 */
const marks: readonly string[] = [
  // It calls itself a robot. Cubot makes telephones; Talbots and Abbot are names.
  '(?<!\\bcu|\\btal|\\bab)bots?(?:\\b|_)',
  ...['crawl', 'spider', 'scrape', 'scrapy', 'slurp\\b', 'archiver\\b', 'fetcher\\b', 'synthetics?\\b', 'uptime'],
  // It says whom to complain to.
  ...['https?://', '\\bwww\\.', '[\\w.-]@[a-z][\\w-]+\\.'],
  // Browsers that a program drives.
  ...['headless', 'phantomjs', 'slimerjs', 'casperjs', 'selenium', 'webdriver', 'puppeteer', 'playwright', 'cypress/', 'htmlunit', 'jsdom'],
  ...['chrome-lighthouse', 'pagespeed', 'ptst[ /]\\d', 'pingdom', 'statuscake', 'gtmetrix', 'hotjar', 'wappalyzer', 'webkit2png'],
  // Scripts and command lines. An HTTP library that apps on telephones use (okhttp, Alamofire, CFNetwork) is not among them.
  ...[
    '\\bcurl\\b',
    'libcurl',
    'pycurl',
    '\\bwget',
    'libwww',
    '\\blwp',
    '\\bperl\\b',
    '^python',
    'python-',
    'aiohttp',
    '\\bhttpx\\b',
    'urllib',
  ],
  ...['^go-http-client', '^go \\d', '^java/', '^java\\b', 'apache-httpclient', 'httpclient/', '^jakarta', 'asynchttpclient', '^jetty/'],
  ...['^axios', '^undici', '^got\\b', 'node-fetch', 'node-superagent', '^node(?:js|\\.js)?(?:/|$)', '^deno/', '^bun/', '^request\\b'],
  ...['guzzle', '^php', '^ruby', '^faraday', 'rest-client', 'typhoeus', 'httparty', 'mechanize', '^hackney', 'reqwest', 'powershell'],
  ...[
    '^postman',
    '^insomnia',
    '^httpie',
    '^bruno',
    '^k6/',
    'jmeter',
    'gatling',
    '^locust',
    '^artillery',
    'apachebench',
    '^siege',
    '^wrk\\b',
  ],
  // Previews of links, and readers on behalf of a service.
  ...['facebookexternal', 'facebookcatalog', '^whatsapp', 'skypeuripreview', 'bingpreview', 'linkpreview', 'embedly', 'vkshare', 'w3c_'],
  ...['googleother', '\\bgoogle-', '-google\\b', 'google (?:favicon|web preview|page speed)', 'googleimageproxy', 'ggpht', 'google-read'],
  ...['chatgpt-user', 'claude-user', 'claude-web', 'claude-code', 'perplexity-user', 'manus-user', '^openai/', 'externalagent'],
  ...['microsoft bits', '^swcd ', '^rss', '^feed', 'wordpress/'],
  // Copiers and scanners.
  ...['httrack', 'nutch', 'webcopier', 'xenu link', 'linkcheck', 'nikto', 'sqlmap', '\\bnmap\\b', 'masscan', 'zgrab', 'nuclei', 'burpcoll'],
  ...['openvas', 'nessus', 'acunetix', 'wpscan', 'dirbuster', 'gobuster', 'feroxbuster', '\\bffuf', 'netcraft', 'censys', 'shodan'],
  // A browser that names nothing but its claim to be one.
  ...['^mozilla(?:/[\\d.]+)?$', '^mozilla/\\d\\.\\d \\((?:compatible;?)?\\s*\\)$'],
]

const anyMark = new RegExp(marks.join('|'), 'i')

/** The fields that Facebook's apps add: the carrier's name among them, which can be any word. The end may have been cut off. */
const inAppFields = /\[FB[^\]]*\]?/g

/** True when the text says that no person uses it. */
export function saysBot(userAgent: string): boolean {
  return anyMark.test(userAgent.replace(inAppFields, '').trim())
}

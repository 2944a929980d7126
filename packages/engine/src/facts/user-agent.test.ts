import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isMissing, NOT_PROVIDED } from './missing.ts'
import { parseUserAgent } from './user-agent.ts'

test('a browser says its name, system and kind of device', () => {
  const text = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
  assert.deepEqual(parseUserAgent(text), {
    raw: text,
    browserName: 'Chrome',
    browserVersion: '140',
    osName: 'Windows',
    osVersion: '10',
    deviceType: 'desktop',
    isBot: false,
  })
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'
  const { browserName, osName, osVersion, deviceType } = parseUserAgent(phone)
  assert.deepEqual([browserName, osName, osVersion, deviceType], ['Safari', 'iOS', '18.0', 'mobile'])
})

test('bots and automated clients are bots, whatever browser they name', () => {
  for (const text of [
    'Googlebot/2.1 (+http://www.google.com/bot.html)',
    'curl/8.1.2',
    'python-requests/2.32.0',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36',
  ]) {
    const facts = parseUserAgent(text)
    assert.equal(facts.isBot, true, text)
    assert.equal(facts.deviceType, 'bot', text)
  }
})

/** Real user agents of people: browsers inside apps, and the HTTP clients of apps. */
const people = [
  '[FBAN/FB4A;FBAV/479.0.0.54.87;FBBV/632;FBDM/{density=3.0,width=1080,height=2115};FBLC/en_GB;FBRV/0;FBCR/Vodafone;FBMF/samsung;FBBD/samsung;FBPN/com.facebook.katana;FBDV/SM-S918B;FBSV/14;FBOP/1;FBCA/arm64-v8a:;]',
  '[FBAN/FB4A;FBAV/479.0.0.54.87;FBBV/632;FBLC/en_US;FBCR/T-Mobile;FBPN/com.facebook.katana;FBDV/Pixel 8;FBSV/14;]',
  '[FBAN/FB4A;FBAV/479.0.0.54.87;FBLC/en_GB;FBCR/Three UK;FBPN/com.facebook.katana;FBDV/SM-S918B;FBSV/14;]',
  '[FBAN/FB4A;FBAV/479.0.0.54.87;FBCR/Spider Mobile;FBDV/SM-S918B;]',
  '[FBAN/EMA;FBLC/de_DE;FBAV/405.0.0.11.101;FBCR/Telekom.de;FBDV/SM-A536B;]',
  'Mozilla/5.0 (Linux; Android 14; SM-S918B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/128.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/479.0.0.54.87;]',
  'Mozilla/5.0 (Linux; Android 14; SM-S918B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/128.0.0.0 Mobile Safari/537.36[FBAN/FB4A;FBAV/479;FBCR/O2 - UK;FBDV/SM-S918B;]',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/478.0.0.30.107;FBBV/631;FBDV/iPhone15,3;FBMD/iPhone;FBSN/iOS;FBSV/17.6.1;FBSS/3;FBCR/Vodafone;FBID/phone;FBLC/de_DE;FBOP/80]',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21G93 Instagram 347.2.0.26.98 (iPhone15,3; iOS 17_6_1; en_US; en; scale=3.00; 1290x2796; 632)',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/128.0.0.0 Mobile Safari/537.36 Instagram 346.0.0.39.103 Android (34/14; 420dpi; 1080x2205; Google/google; Pixel 8; shiba; shiba; en_US; 632)',
  'Instagram 346.0.0.39.103 Android (34/14; 420dpi; 1080x2205; Google/google; Pixel 8; shiba; shiba; en_US; 632)',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/323.0.647062479 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/4G Language/zh_CN',
  'Mozilla/5.0 (Linux; Android 13; SM-A536B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0 Mobile Safari/537.36 Line/14.11.0/IAB',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 musical_ly_34.7.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/GB BytedanceWebview/d8a21c6',
  'Mozilla/5.0 (Linux; Android 10; Cubot Note 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; chromeframe/32.0) like Gecko',
  'Snapchat/12.80.0.38 (iPhone14,5; iOS 17.5; gzip)',
  '[Pinterest/iOS]',
  'DuckDuckGo/7 CFNetwork/1498.700.2 Darwin/23.6.0',
  ...[
    'okhttp/4.12.0',
    'okhttp/3.14.9',
    'ExampleBank/5.2',
    'ExampleBank/5.2 okhttp/4.12.0',
    'ExampleBank',
    'com.example.bank/5.2',
    'Example Bank 5.2',
  ],
  'ExampleBank/5.2 (com.example.bank; build:512; Android 14) okhttp/4.12.0',
  'ExampleBank/512 CFNetwork/1498.700.2 Darwin/23.6.0',
  'CFNetwork/1498.700.2 Darwin/23.6.0',
  'ExampleBank/5.2 (iPhone; iOS 17.5; Scale/3.00)',
  'Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/AP2A)',
  ...['Dart/3.4 (dart:io)', 'Alamofire/5.9', 'Cronet/128', 'ktor-client', 'ReactNative', 'Expo/1017756 CFNetwork/1494 Darwin/23.4'],
  ...[
    'Grab/5.301.0 (Android 14; Build 4711)',
    'DiscoveryBank/5.2',
    'ScanPay/1.0',
    'NewsApp/2.1',
    'Exodus/24.1',
    'Talbots/3.1',
    'BotswanaBank/2',
  ],
  ...['', ' ', '   ', '\t', '\n', '\u00a0', 'x', '-'],
]

for (const text of people) {
  test(`B10: ${JSON.stringify(text.slice(0, 90))} is no bot`, () => {
    const facts = parseUserAgent(text)
    assert.equal(facts.isBot, false)
    assert.notEqual(facts.deviceType, 'bot')
  })
}

const bots = [
  'Googlebot/2.1 (+http://www.google.com/bot.html)',
  'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b',
  'Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  'Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)',
  'Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)',
  'Mediapartners-Google',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'facebookexternalhit/1.1',
  'meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.6533.17 Safari/537.36 Playwright',
  ...[
    'curl/8.1.2',
    'Wget/1.21',
    'python-requests/2.32.0',
    'Python/3.11 aiohttp/3.9',
    'python-httpx/0.27',
    'Go-http-client/2.0',
    'axios/1.7.2',
  ],
  ...['node', 'node-fetch', 'undici', 'Java/17.0.2', 'Apache-HttpClient/4.5.14 (Java/17)', 'PostmanRuntime/7.39', 'libwww-perl/6.72'],
  ...['Scrapy/2.11 (+https://scrapy.org)', 'Ruby', 'Faraday v2.9', 'GuzzleHttp/7', 'HTTPie/3.2', 'PhantomJS', 'Mozilla/5.0', 'Mozilla'],
  ...['Twitterbot/1.0', 'TelegramBot (like TwitterBot)', 'Slackbot-LinkExpanding 1.0', 'WhatsApp/2.24.15 A', 'ia_archiver', 'Nikto/2.5'],
  'Googlebot/2.1 [FBAN/FB4A;FBCR/Vodafone;]',
]

for (const text of bots) {
  test(`B10: ${JSON.stringify(text.slice(0, 90))} is a bot`, () => {
    const facts = parseUserAgent(text)
    assert.equal(facts.isBot, true)
    assert.equal(facts.deviceType, 'bot')
  })
}

test('what a text does not say is missing, not guessed', () => {
  for (const text of ['', '   ', 'x', 'MyBank/3.2']) {
    const facts = parseUserAgent(text)
    assert.equal(facts.raw, text)
    assert.deepEqual(facts.osName, NOT_PROVIDED, text)
    assert.deepEqual(facts.osVersion, NOT_PROVIDED, text)
  }
  assert.deepEqual(parseUserAgent('').browserName, NOT_PROVIDED)
  assert.deepEqual(parseUserAgent('').deviceType, NOT_PROVIDED)
})

test('any text is read, without an exception, in little time and cut to 512 characters', () => {
  const parts = fc.constantFrom(
    'Mozilla/5.0 ',
    '(',
    ')',
    ';',
    ' ',
    'Chrome/',
    'Version/',
    'like Mac OS X',
    '1.1.1',
    'Android',
    'a'.repeat(300),
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 700 }),
    fc.array(parts, { maxLength: 40 }).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const facts = parseUserAgent(text)
      assert.ok(facts.raw.length <= 512)
      for (const value of Object.values(facts)) assert.ok(isMissing(value) || typeof value === 'boolean' || typeof value === 'string')
    }),
    { numRuns: 100 },
  )
})

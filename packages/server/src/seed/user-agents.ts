/** The kinds of device that people use, with how common they are and what their browser says. The version grows in the course of the 90 days. */
export interface DeviceModel {
  kind: 'computer' | 'phone'
  share: number
  userAgent(version: number): string
}

const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'
const chromium = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome'

export const deviceModels: readonly DeviceModel[] = [
  { kind: 'computer', share: 0.42, userAgent: (version) => `${windows} ${chromium}/${version}.0.0.0 Safari/537.36` },
  { kind: 'computer', share: 0.16, userAgent: (version) => `${windows} ${chromium}/${version}.0.0.0 Safari/537.36 Edg/${version}.0.0.0` },
  { kind: 'computer', share: 0.16, userAgent: (version) => `${mac} ${chromium}/${version}.0.0.0 Safari/537.36` },
  {
    kind: 'computer',
    share: 0.14,
    userAgent: (version) => `${mac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.${version - 142} Safari/605.1.15`,
  },
  {
    kind: 'computer',
    share: 0.12,
    userAgent: (version) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:${version + 1}.0) Gecko/20100101 Firefox/${version + 1}.0`,
  },
  {
    kind: 'phone',
    share: 0.5,
    userAgent: (version) =>
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.${version - 142} Mobile/15E148 Safari/604.1`,
  },
  {
    kind: 'phone',
    share: 0.4,
    userAgent: (version) => `Mozilla/5.0 (Linux; Android 10; K) ${chromium}/${version}.0.0.0 Mobile Safari/537.36`,
  },
  {
    kind: 'phone',
    share: 0.1,
    userAgent: (version) =>
      `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/${version - 12}.0.0.0 Mobile Safari/537.36`,
  },
]

/** What programs that try passwords say they are. */
export const scriptedUserAgents: readonly string[] = [
  `${windows} ${chromium}/109.0.0.0 Safari/537.36`,
  `Mozilla/5.0 (X11; Linux x86_64) ${chromium}/120.0.0.0 Safari/537.36`,
  'python-requests/2.32.3',
]

export const torBrowser = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'

import { type Browser, type BrowserContextOptions, type CDPSession, chromium, type Page } from 'playwright-core'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts a Chromium with an empty profile. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: flags })
}

export interface Device {
  page: Page
  authenticator: VirtualAuthenticator
}

export interface VirtualAuthenticator {
  /** From now on the authenticator behaves as if the user closed the dialog or used a wrong finger. */
  refuse(): Promise<void>
  /** From now on the authenticator verifies its user again. */
  accept(): Promise<void>
  countPasskeys(): Promise<number>
}

/** A separate device: cookies, storage, and a platform authenticator that verifies its user at once. */
export async function openDevice(browser: Browser, options: BrowserContextOptions = {}): Promise<Device> {
  // Headless Chromium says so in its user agent, and the server would treat it as a robot.
  const userAgent = `Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'America/Los_Angeles', userAgent, ...options })
  // If a click waits longer than this, its target will not appear.
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  return { page, authenticator: await addAuthenticator(await context.newCDPSession(page)) }
}

async function addAuthenticator(cdp: CDPSession): Promise<VirtualAuthenticator> {
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const setUserVerified = (isUserVerified: boolean) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
  return {
    refuse: async () => void (await setUserVerified(false)),
    accept: async () => void (await setUserVerified(true)),
    countPasskeys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
  }
}

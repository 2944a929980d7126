// node e2e/screenshots.ts FOLDER: pictures of the demo in light, in dark and on a narrow screen. They are for people; nothing is tested.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { signIn } from './customer.ts'
import { startDemoStack } from './demo-stack.ts'

const folder = process.argv[2]
if (folder === undefined) {
  console.error('usage: node e2e/screenshots.ts FOLDER')
  process.exit(2)
}
mkdirSync(folder, { recursive: true })

const looks = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 1040 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 1040 } },
  narrow: { colorScheme: 'light', viewport: { width: 360, height: 740 } },
} as const

await using opened = new AsyncDisposableStack()
const browser = await launchBrowser()
opened.defer(() => browser.close())
for (const [look, options] of Object.entries(looks)) {
  if (process.argv[3] !== undefined && process.argv[3] !== look) continue
  // Each gets a new bank, so that the pictures show the same payments.
  const stack = await startDemoStack()
  opened.defer(stack.close)
  const picture = async (page: Page, name: string, fullPage = true) => {
    await page.mouse.move(0, 0)
    await page.screenshot({ path: path.join(folder, `${look}-${name}.png`), fullPage })
    console.log(`${look}-${name}.png`)
  }

  const context = await browser.newContext(options)
  const signInPage = await context.newPage()
  await signInPage.goto(stack.url)
  await picture(signInPage, 'sign-in')

  const chloe = await signIn(browser, stack.url, 'Chloe Marchetti', { ...options, reducedMotion: 'reduce' })
  await chloe.connectFrom('Tor')
  await chloe.send(20)
  await chloe.why()
  await picture(chloe.page, 'refused-unenrolled')

  const ada = await signIn(browser, stack.url, 'Ada Okafor', { ...options, reducedMotion: 'reduce' })
  await picture(ada.page, 'account-without-passkey')
  await ada.addPasskey()
  await picture(ada.page, 'account')
  await ada.goTo('Security')
  await picture(ada.page, 'security-new')
  await ada.page.getByRole('button', { name: /^Rename / }).click()
  await picture(ada.page, 'naming-a-passkey')
  await ada.page.getByRole('button', { name: 'Cancel' }).click()
  await ada.namePasskey('Work laptop')
  await ada.acceptEmailCodes()
  await ada.page.getByRole('button', { name: 'Make recovery codes' }).click()
  const codes = ada.page.getByRole('list', { name: 'Recovery codes' })
  await codes.waitFor()
  const [code = ''] = await codes.getByRole('listitem').allTextContents()
  await picture(ada.page, 'recovery-codes', false)
  await ada.page.getByLabel('Type one of these codes').fill(code)
  await ada.page.getByRole('button', { name: 'Switch them on' }).click()
  await ada.page.getByText('10 of 10 codes are left.').waitFor()
  await picture(ada.page, 'security')
  await ada.page.getByRole('button', { name: 'Lost your passkey?' }).click()
  await picture(ada.page, 'lost-passkey', false)
  await ada.page.getByRole('button', { name: 'Send me a code' }).click()
  await ada.page.getByLabel('Code from the mail').waitFor()
  await ada.page.getByLabel('Code from the mail').fill(await stack.readCode('ada.okafor@example.com'))
  await picture(ada.page, 'lost-passkey-mail', false)
  await ada.page.getByRole('button', { name: 'Continue' }).click()
  await ada.page.getByRole('textbox', { name: 'Recovery code' }).fill(code)
  await picture(ada.page, 'lost-passkey-code', false)
  await ada.page.getByRole('button', { name: 'Continue' }).click()
  await ada.page.getByRole('button', { name: 'Add a new passkey' }).waitFor()
  await picture(ada.page, 'lost-passkey-added', false)
  await ada.page.getByRole('button', { name: 'Cancel' }).click()
  await ada.goTo('Payments')
  await ada.send(500)
  await ada.connectFrom('Commercial VPN')
  await ada.send(100)
  await picture(ada.page, 'challenged', false)
  await ada.confirm()
  await ada.why()
  await ada.page.evaluate(() => scrollTo(0, 0))
  await picture(ada.page, 'approved', false)
  await picture(ada.page, 'approved-whole')

  await stack.sallyport.updateUser({ userId: 'eve', attributes: { email: 'eve@example.com', emailVerified: true } })
  await stack.manage('PATCH', '/tenant', { name: 'Northmere Bank', enrolmentLinkUrl: `${stack.url}/enrol` })
  await stack.manage('POST', '/users/eve/enrolment-links', { reason: 'showed a passport at the branch' })
  await signInPage.goto(await stack.readLink('eve@example.com'))
  await picture(signInPage, 'cancel-link')
  await signInPage.getByRole('button', { name: 'Cancel the link' }).click()
  await picture(signInPage, 'cancel-link-done')
  await stack.sallyport.enrollVerifiedAuthenticator({
    userId: 'eve',
    attributes: { verificationMethod: 'EMAIL_OTP', email: 'eve@example.com' },
  })
  await signInPage.goto(await stack.readLink('eve@example.com'))
  await picture(signInPage, 'not-me')
  await signInPage.getByRole('button', { name: 'This was not me' }).click()
  await picture(signInPage, 'not-me-done')
}

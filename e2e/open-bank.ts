import type { BrowserContextOptions } from 'playwright-core'
import { type Device, launchBrowser, openDevice } from './browser.ts'
import { type Customer, type Name, signIn } from './customer.ts'
import { type DemoStack, type DemoStackOptions, startDemoStack } from './demo-stack.ts'

export interface OpenBank extends DemoStack {
  /** A customer who has signed in, on a device of their own. */
  visit(name: Name, options?: BrowserContextOptions): Promise<Customer>
  /** Another device with an empty profile. */
  openDevice(options?: BrowserContextOptions): Promise<Device>
}

/** A bank with an empty store, and a browser to visit it with. */
export async function openBank(options?: DemoStackOptions): Promise<OpenBank> {
  await using opened = new AsyncDisposableStack()
  const stack = await startDemoStack(options)
  opened.defer(stack.close)
  const browser = await launchBrowser()
  opened.defer(() => browser.close())
  const running = opened.move()
  return {
    ...stack,
    visit: (name, options) => signIn(browser, stack.url, name, options),
    openDevice: (options) => openDevice(browser, options),
    close: () => running.disposeAsync(),
  }
}

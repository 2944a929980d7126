import type { BrowserContextOptions } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { type Customer, type Name, signIn } from './customer.ts'
import { type DemoStack, startDemoStack } from './demo-stack.ts'

export interface OpenBank extends DemoStack {
  /** A customer who has signed in, on a device of their own. */
  visit(name: Name, options?: BrowserContextOptions): Promise<Customer>
}

/** A bank with an empty store, and a browser to visit it with. */
export async function openBank(sdk?: 'sallyport' | 'authsignal'): Promise<OpenBank> {
  await using opened = new AsyncDisposableStack()
  const stack = await startDemoStack(sdk)
  opened.defer(stack.close)
  const browser = await launchBrowser()
  opened.defer(() => browser.close())
  const running = opened.move()
  return { ...stack, visit: (name, options) => signIn(browser, stack.url, name, options), close: () => running.disposeAsync() }
}

import { Sallyport } from '@sallyport/node'
import type { transferAction } from './actions.ts'

/** What a transfer carries: the rules look at it, and a passkey approves exactly this. */
export type TransferData = {
  transactionValue: number
  recipient: string
}

export const sallyport = new Sallyport<Record<typeof transferAction, TransferData>>({
  apiSecretKey: process.env.SALLYPORT_API_SECRET_KEY,
  apiUrl: process.env.SALLYPORT_API_URL,
})

/** For the browser. Read when a page is asked for, not when it is built: one build serves any address. */
export function sallyportConfig() {
  return {
    tenantId: process.env.SALLYPORT_TENANT_ID ?? '',
    baseUrl: process.env.SALLYPORT_PUBLIC_API_URL ?? process.env.SALLYPORT_API_URL ?? '',
  }
}

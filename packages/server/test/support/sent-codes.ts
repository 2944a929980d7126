import assert from 'node:assert/strict'
import type { Delivery } from '../../src/delivery/delivery.ts'
import type { TestApp } from './test-app.ts'

type Record = Delivery['record']

/** The codes that test applications sent, read where people without a mail server read them: in the outbox. */
export interface SentCodes {
  follow(app: TestApp): TestApp
  last(): { address: string; code: string }
  lastTo(address: string): string
}

export function followSentCodes(): SentCodes {
  const followed: { record: Record; tenantId: string }[] = []

  function find(isWanted: (to: string) => boolean): { address: string; code: string } | undefined {
    for (const { record, tenantId } of followed.toReversed()) {
      const message = record.list(tenantId).find(({ to, kind }) => isWanted(to) && kind.startsWith('code_by_'))
      const code = /(?:^|Code: )(\d{6,10})\b/m.exec(message?.mail?.text ?? '')?.[1]
      if (message !== undefined && code !== undefined) return { address: message.to, code }
    }
    return undefined
  }

  return {
    follow(app) {
      followed.push({ record: app.deps.delivery.record, tenantId: app.tenant.tenantId })
      return app
    },
    last() {
      const found = find(() => true)
      assert.ok(found, 'no code was sent')
      return found
    },
    lastTo(address) {
      const found = find((to) => to === address)
      assert.ok(found, `no code was sent to ${address}`)
      return found.code
    },
  }
}

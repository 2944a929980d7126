import { deviceModels } from '../../../packages/server/src/seed/user-agents.ts'
import { userAgentAt } from '../plan-transfers.ts'

const [mostCommon] = [...deviceModels].filter(({ kind }) => kind === 'computer').sort((a, b) => b.share - a.share)

/** The browser that most people have on a computer. */
export function commonBrowser(at: number): string {
  if (mostCommon === undefined) throw new RangeError('there is no browser')
  return userAgentAt({ model: mostCommon }, at)
}

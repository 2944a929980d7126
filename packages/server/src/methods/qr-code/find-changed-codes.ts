import { listRequests } from '../../device-keys/device-request.ts'
import type { Store } from '../../storage/store.ts'
import { qrCodeName } from './qr-code-name.ts'

/** A QR code that a page waits for. */
export interface FollowedCode {
  tenantId: string
  challengeId: string
  /** The page was told that a device has taken it. */
  isClaimed: boolean
  /** Called when there is something to tell the page. */
  onChange: () => void
}

const codesAtOnce = 200

/** Calls `onChange` of each code that a device has taken or decided since its page was told. */
export async function findChangedCodes(
  { store, clock }: { store: Pick<Store, 'db'>; clock: () => number },
  followed: readonly FollowedCode[],
): Promise<void> {
  for (const [tenantId, codes = []] of Map.groupBy(followed, (code) => code.tenantId)) {
    for (let first = 0; first < codes.length; first += codesAtOnce) {
      const some = new Map(codes.slice(first, first + codesAtOnce).map((code) => [code.challengeId, code]))
      for (const { row, details } of await listRequests(store.db, tenantId, qrCodeName, [...some.keys()], clock())) {
        const code = some.get(row.challenge_id)
        const isNews = row.consumed_at !== null || (details.claimedBy !== undefined && !code?.isClaimed)
        if (isNews) code?.onChange()
      }
    }
  }
}

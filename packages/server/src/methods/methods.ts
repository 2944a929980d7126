import type { Method } from './method.ts'
import { passkey } from './passkey/passkey.ts'

/** The verification methods of this server: one line each. What is handed this table needs no other line. */
export const methods: readonly Method[] = [passkey]

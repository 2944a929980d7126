import type { Transfer, TransferStatus } from './bank.ts'

/** The parts of a transfer that the browser may see. */
export interface TransferView {
  id: string
  payeeName: string
  payeeAccountNumber: string
  note: string
  amountInCents: number
  createdAt: number
  status: TransferStatus
}

export function toTransferView({ id, payee, amountInCents, createdAt, status }: Transfer): TransferView {
  return { id, payeeName: payee.name, payeeAccountNumber: payee.accountNumber, note: payee.note, amountInCents, createdAt, status }
}

'use client'
export function DecisionPanel(_props: { transferId: string | undefined; onDisputed(): void }) {
  return null
}

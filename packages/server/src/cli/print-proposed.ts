import { print } from './command-file.ts'

/** What the server answers to a change that needs a second person. */
export interface ProposedChange {
  proposalId: string
  actionCodes: string[]
}

/** Whether a change became a proposal. */
export function isProposal(answer: object): answer is ProposedChange {
  return 'proposalId' in answer
}

/** Says that nothing is in force yet, and what brings it into force. */
export function printProposed({ proposalId, actionCodes }: ProposedChange): void {
  print(`Proposed, not in force yet: changes of ${actionCodes.join(', ')} need a second person.`)
  print(`Somebody else runs: sallyport proposals approve ${proposalId}`)
}

import { methodTitle } from '../../../parts/method-words.ts'
import { type Column, Table } from '../../../parts/table.tsx'
import type { Method } from '../methods/use-methods.ts'
import { limitWords, prefixWords } from './limit-words.ts'

/** The limits of each method that has some, with the way to change them. */
export function LimitsInForce({ methods }: { methods: readonly Method[] }) {
  const limited = methods.filter(({ limits, authenticatorId }) => authenticatorId !== undefined && Object.keys(limits).length > 0)
  const columns: Column<Method>[] = [
    {
      id: 'method',
      title: 'Method',
      width: '13rem',
      narrowWidth: '9rem',
      cell: ({ verificationMethod }) => methodTitle(verificationMethod),
    },
    {
      id: 'answers',
      title: 'Wrong answers of one user',
      cell: ({ limits: { answers } }) => (answers ? limitWords(answers.limit) : <span className="text-soft">cannot be guessed</span>),
    },
    {
      id: 'sends',
      title: 'Messages to one user',
      isWideOnly: true,
      cell: ({ limits: { sends } }) => (sends ? sends.limits.map(limitWords).join('; ') : <span className="text-soft">none are sent</span>),
    },
    {
      id: 'prefixes',
      title: 'Messages of all users',
      isWideOnly: true,
      cell: ({ limits: { prefixes } }) =>
        prefixes?.limits
          .filter(({ enabled }) => enabled !== false)
          .map((limit) => `${limitWords(limit)} ${prefixWords(limit)}`)
          .join('; ') ?? '',
    },
  ]
  return (
    <>
      <p className="mb-2 max-w-[80ch] text-sm text-soft">
        {limited.length === 0
          ? 'No method that is set up has limits of its own: passkeys and security keys cannot be guessed, and send nothing.'
          : 'Open a method to change its limits. Before they are saved, the page says what they would mean: the chance of a guess, the cost, and how many real users would have been stopped.'}
      </p>
      {limited.length > 0 && (
        <Table
          label="Limits in force"
          rows={limited}
          rowId={({ path }) => path}
          columns={columns}
          href={({ path }) => `/settings/methods?method=${path}`}
        />
      )}
    </>
  )
}

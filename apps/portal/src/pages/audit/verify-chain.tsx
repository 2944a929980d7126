import { useMutation } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { UserText } from '../../parts/user-text.tsx'

/** Follows the chain of the audit log when somebody asks, and shows where it is broken. */
export function VerifyChain() {
  const check = useMutation({ mutationFn: () => api.get('/audit/verify') })
  const { data } = check
  return (
    <Section
      title="Is the log whole?"
      aside={
        <Button icon="refresh" isBusy={check.isPending} onClick={() => check.mutate()}>
          Verify the chain
        </Button>
      }
    >
      <div role="status" className="max-w-prose space-y-2 text-sm">
        {data === undefined ? (
          <p className="text-soft">
            Each entry carries the hash of the entry before, so that a change, a gap or an insertion shows. Verifying follows the chain from
            its first entry to its last.
          </p>
        ) : (
          <>
            <p className={data.isWhole ? 'font-medium text-allow' : 'font-medium text-block'}>
              {data.isWhole ? '✓ ' : '✗ '}
              {data.sentence}
            </p>
            {data.findings.length > 0 && (
              <ul className="list-disc pl-5">
                {data.findings.map(({ message }) => (
                  <li key={message}>
                    <UserText>{message}</UserText>
                  </li>
                ))}
              </ul>
            )}
            {data.moreFindings > 0 && <p>{`And ${data.moreFindings} more.`}</p>}
            <p className="text-soft">
              {`Keep the hash of entry ${data.sequence} elsewhere: it shows later whether the chain was written again.`}{' '}
              <CopyId id={data.hash} label="the hash" />
            </p>
          </>
        )}
      </div>
      {check.isError && <Problem what="The audit log could not be verified" error={check.error} onRetry={() => check.mutate()} />}
    </Section>
  )
}

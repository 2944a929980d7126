import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { Section } from '../../parts/section.tsx'
import { Lead } from './lead.tsx'
import { describeThrottled } from './limits/describe-throttled.ts'
import { LimitsInForce } from './limits/limits-in-force.tsx'
import { StoppedPrefixes } from './limits/stopped-prefixes.tsx'
import { ThrottledUsers } from './limits/throttled-users.tsx'
import { useMethods } from './methods/use-methods.ts'

/** Who is stopped by limits now, and which limits hold. */
export function LimitsTab() {
  const throttled = useQuery({
    queryKey: ['limits', 'throttled'],
    queryFn: ({ signal }) => api.get('/limits/throttled', { signal }),
    refetchInterval: 30_000,
  })
  const methods = useMethods()
  return (
    <>
      <Loaded query={throttled} what="who is stopped" lines={2}>
        {(now) => (
          <>
            <Lead>{describeThrottled(now)}</Lead>
            {now.authenticators.length > 0 && (
              <Section title="Users who have to wait">
                <ThrottledUsers throttled={now.authenticators} />
              </Section>
            )}
            <Section title="Where nothing is sent">
              <StoppedPrefixes prefixes={now.prefixes} />
            </Section>
          </>
        )}
      </Loaded>
      <Section title="Limits in force">
        <Loaded query={methods} what="the limits">
          {(all) => <LimitsInForce methods={all} />}
        </Loaded>
      </Section>
    </>
  )
}

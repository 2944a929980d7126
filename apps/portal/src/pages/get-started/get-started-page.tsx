import { useState } from 'react'
import { Link } from 'wouter'
import { useMe } from '../../api/me.ts'
import { CodeBlock } from '../../parts/code-block.tsx'
import { Page } from '../../parts/page.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { oneOf, text } from '../../url/codec.ts'
import { receiptHref } from '../../url/event-id.ts'
import { useParam } from '../../url/use-param.ts'
import { ActionStep } from './action-step.tsx'
import { KeyStep } from './key-step.tsx'
import { LiveView } from './live-view.tsx'
import { OriginStep } from './origin-step.tsx'
import { Step } from './step.tsx'
import { sentenceOfSteps } from './steps.ts'
import { useLiveEvents } from './use-live-events.ts'
import { useProgress } from './use-progress.ts'
import { languages, pageCode, sampleCustom, serverCode } from './write-code.ts'

const languageCodec = oneOf(
  languages.map(({ value }) => value),
  'node',
)
const actionCodec = text()
const originCodec = text('http://localhost:3001')

/** From nothing to the first challenge of one's own application, with its code and a live view of what arrives. */
export default function GetStartedPage() {
  const { who } = useMe()
  const [language, setLanguage] = useParam('language', languageCodec)
  const [chosen, setAction] = useParam('action', actionCodec)
  const [origin, setOrigin] = useParam('app', originCodec)
  const [secretKey, setKey] = useState('')
  const live = useLiveEvents()
  const { isLoaded, action, done, passkeys, actions, points, passed } = useProgress(chosen, origin, secretKey.trim() !== '')
  const codes = actions.data?.map(({ actionCode }) => actionCode) ?? []
  const what = { apiUrl: `${window.location.origin}/v1`, tenantId: who.tenantId, action, custom: sampleCustom(points) }
  return (
    <Page title="Get started" sentence={isLoaded ? sentenceOfSteps(done) : 'From nothing to the first challenge of your own application.'}>
      <div className="grid gap-6 wide:grid-cols-[minmax(0,1fr)_24rem]">
        {isLoaded ? (
          <ol key={action} className="min-w-0 border-t">
            <Step number={1} title="Say where your application runs" note={<UserText>{origin}</UserText>} isDone={done.has('origin')}>
              <OriginStep origin={origin} onOrigin={setOrigin} passkeys={passkeys} />
            </Step>
            <Step number={2} title="Name the action" note={<UserText>{action}</UserText>} isDone={done.has('action')}>
              <ActionStep action={action} onAction={setAction} codes={codes} hasAction={done.has('action')} />
            </Step>
            <Step number={3} title="Take a secret key" isDone={done.has('key')}>
              <KeyStep secretKey={secretKey} onKey={setKey} />
            </Step>
            <Step number={4} title="Ask from your server" isDone={done.has('server')}>
              <p>
                Before your server does it, it asks. Start this, then run step 5 or call{' '}
                <code className="font-mono text-xs">POST /sallyport/ask</code>: the live view lights up.
              </p>
              <Tabs
                label="Language"
                value={language}
                onValue={setLanguage}
                tabs={languages.map(({ value, label }) => ({
                  value,
                  label,
                  panel: <CodeBlock {...serverCode(value, what)} label={`the code for ${label}`} />,
                }))}
              />
            </Step>
            <Step number={5} title="Add a passkey in your page" isDone={done.has('page')}>
              <p>
                In your page, <code className="font-mono text-xs">addPasskey()</code> belongs behind a button for users who are signed in,
                and <code className="font-mono text-xs">act()</code> behind the button that does it. Add a passkey first.
              </p>
              <CodeBlock {...pageCode(what)} label="the code for the page" />
            </Step>
            <Step number={6} title="Pass the first challenge" isDone={done.has('challenge')}>
              {passed === undefined ? (
                <p>
                  Call <code className="font-mono text-xs">act()</code> in your page. The server asks, the browser shows the passkey dialog,
                  and your server acts once the approval is valid. Here you see the challenge asked, then passed.
                </p>
              ) : (
                <p>
                  A challenge was passed.{' '}
                  <Link href={receiptHref(passed)} className="text-accent underline">
                    Read its receipt
                  </Link>
                  , then{' '}
                  <Link href={`/actions/${encodeURIComponent(action)}`} className="text-accent underline">
                    write the rules
                  </Link>{' '}
                  that say when to challenge.
                </p>
              )}
            </Step>
          </ol>
        ) : (
          <Skeleton what="how far you are" />
        )}
        <div className="min-w-0">
          <LiveView {...live} action={action} />
        </div>
      </div>
    </Page>
  )
}

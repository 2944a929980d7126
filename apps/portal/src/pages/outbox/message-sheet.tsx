import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, api } from '../../api/api.ts'
import { Choice } from '../../parts/choice.tsx'
import { Sheet } from '../../parts/dialog.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { pageNonce } from '../../parts/nonce.ts'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { framedHtml, kindInWords } from './describe-message.ts'
import { MessageState } from './message-state.tsx'

/** One message beside the list: as it would look, or what became of it. */
export function MessageSheet({ messageId, onClose }: { messageId: string; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['outbox', 'message', messageId],
    queryFn: ({ signal }) => api.get('/outbox/{messageId}', { path: { messageId }, signal }),
    enabled: messageId !== '',
    refetchInterval: ({ state }) => (state.data?.state === 'sending' ? 2_000 : false),
  })
  return (
    <Sheet isOpen={messageId !== ''} onClose={onClose} title={query.data === undefined ? 'Message' : kindInWords(query.data.kind)}>
      <Loaded query={query} what="the message" lines={8}>
        {(message) => <Whole message={message} />}
      </Loaded>
    </Sheet>
  )
}

type WholeMessage = Answer<'get', '/outbox/{messageId}'>

function Whole({ message }: { message: WholeMessage }) {
  const { to, subject, createdAt, triedAt, state, attempts, problem, isWithheld } = message
  return (
    <>
      <Facts
        facts={[
          ['To', <UserText key="to">{to}</UserText>],
          ['Subject', subject && <UserText key="subject">{subject}</UserText>],
          ['Written', <Time key="at" at={createdAt} look="exact" />],
          ['State', <MessageState key="state" state={state} />],
          ['Tries', attempts > 0 ? String(attempts) : undefined],
          ['Last try', triedAt && <Time key="tried" at={triedAt} look="exact" />],
          [state === 'failed' ? 'Why' : 'Why not yet', problem],
        ]}
      />
      {isWithheld && <p className="mt-4 text-soft">Only owners see this message: whoever opens its link becomes an owner.</p>}
      {state !== 'kept' && <p className="mt-4 text-soft">With a mail server set up, the text of a message is not kept.</p>}
      <Preview {...message} />
    </>
  )
}

type Face = 'light' | 'dark' | 'text'
const faces = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'text', label: 'Plain text' },
] as const

/** The message as a mail program shows it: in a frame that runs no script and loads nothing. A link opens a window of its own. */
function Preview({ html, text }: Pick<WholeMessage, 'html' | 'text'>) {
  const [face, setFace] = useState<Face>('light')
  if (html === undefined || text === undefined) return null
  return (
    <div className="mt-4">
      <div className="mb-2 flex">
        <Choice label="How the message is shown" value={face} onValue={setFace} options={faces} />
      </div>
      {face === 'text' ? (
        <pre className="max-h-[60vh] overflow-auto rounded-md border bg-surface p-3 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
          {text}
        </pre>
      ) : (
        <iframe
          key={face}
          title="The message"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          srcDoc={framedHtml(html, pageNonce(), face)}
          className={`h-[60vh] min-h-80 w-full rounded-md border ${face === 'dark' ? 'scheme-dark' : 'scheme-light'}`}
        />
      )}
    </div>
  )
}

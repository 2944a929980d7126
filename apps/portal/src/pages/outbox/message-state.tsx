import { Icon, type IconName } from '../../parts/icon.tsx'
import type { Message } from './describe-message.ts'

const looks: Readonly<Record<Message['state'], { icon: IconName; words: string; className: string }>> = {
  kept: { icon: 'info', words: 'kept here', className: 'text-review' },
  sending: { icon: 'clock', words: 'on its way', className: 'text-challenge' },
  delivered: { icon: 'check', words: 'sent', className: 'text-allow' },
  failed: { icon: 'warning', words: 'failed', className: 'text-block' },
}

/** What became of a message, as a word with a shape. */
export function MessageState({ state }: { state: Message['state'] }) {
  const { icon, words, className } = looks[state]
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${className}`}>
      <Icon name={icon} className="size-3.5" />
      {words}
    </span>
  )
}

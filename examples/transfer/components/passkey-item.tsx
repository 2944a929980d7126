'use client'

import { useId, useState } from 'react'
import type { EnrolledPasskey } from '@/lib/list-ways'
import { Icon } from './icons'
import styles from './passkey-item.module.css'
import ui from './ui.module.css'

interface PasskeyItemProps {
  passkey: EnrolledPasskey
  isBusy: boolean
  onRename(name: string): void
  onRemove(): void
}

/** One passkey with its name, which can be changed, and the button that removes it. */
export function PasskeyItem({ passkey, isBusy, onRename, onRemove }: PasskeyItemProps) {
  const [isNaming, setNaming] = useState(false)
  const [name, setName] = useState(passkey.name)
  const nameId = useId()

  if (isNaming) {
    return (
      <li className={styles.passkey}>
        <form
          className={styles.naming}
          onSubmit={(event) => {
            event.preventDefault()
            setNaming(false)
            onRename(name)
          }}
        >
          <label htmlFor={nameId} className={styles.nameLabel}>
            Name of this passkey
          </label>
          <input
            id={nameId}
            className={ui.input}
            value={name}
            maxLength={40}
            // biome-ignore lint/a11y/noAutofocus: the field appears because the customer asked for it
            autoFocus
            onChange={(event) => setName(event.target.value)}
          />
          <span className={styles.actions}>
            <button type="submit" className={ui.link}>
              Save
            </button>
            <button
              type="button"
              className={ui.link}
              onClick={() => {
                setName(passkey.name)
                setNaming(false)
              }}
            >
              Cancel
            </button>
          </span>
        </form>
      </li>
    )
  }

  return (
    <li className={styles.passkey}>
      <span className={styles.tick}>
        <Icon name="check" size={16} />
      </span>
      <span className={styles.about}>
        <span className={styles.name}>{passkey.name}</span>
        <span className={styles.added}>
          Added{' '}
          <time dateTime={passkey.addedAt} suppressHydrationWarning>
            {new Date(passkey.addedAt).toLocaleDateString('en-US', { dateStyle: 'medium' })}
          </time>
        </span>
        <span className={styles.actions}>
          <button type="button" className={ui.link} disabled={isBusy} aria-label={`Rename ${passkey.name}`} onClick={() => setNaming(true)}>
            Rename
          </button>
          <button type="button" className={ui.link} disabled={isBusy} aria-label={`Remove ${passkey.name}`} onClick={onRemove}>
            Remove
          </button>
        </span>
      </span>
    </li>
  )
}

'use client'

import { type ReactNode, useEffect, useId, useRef } from 'react'
import styles from './dialog.module.css'
import { Icon } from './icons'
import ui from './ui.module.css'

interface DialogProps {
  title: string
  isWide?: boolean
  /** Escape does nothing while something is under way. */
  isBusy: boolean
  problem: string | undefined
  onClose(): void
  children: ReactNode
  /** The buttons, the main one first. */
  buttons: ReactNode
  /** A remark below the buttons. */
  hint?: ReactNode
}

/** A modal question with its buttons, and a line for what went wrong. */
export function Dialog({ title, isWide = false, isBusy, problem, onClose, children, buttons, hint }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  useEffect(() => {
    dialog.current?.showModal()
  }, [])

  return (
    <dialog
      ref={dialog}
      className={`${styles.dialog} ${isWide ? styles.wide : ''}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        if (!isBusy) onClose()
      }}
    >
      <span className={styles.icon}>
        <Icon name="key" size={26} />
      </span>
      <h2 id={titleId} className={styles.title}>
        {title}
      </h2>
      {children}
      <p role="alert" className={ui.problem}>
        {problem}
      </p>
      <div className={styles.buttons}>{buttons}</div>
      {hint && <p className={styles.hint}>{hint}</p>}
    </dialog>
  )
}

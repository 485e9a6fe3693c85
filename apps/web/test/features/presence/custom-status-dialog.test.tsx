// @vitest-environment happy-dom

import { MAX_STATUS_BYTES } from '@holdfast/protocol'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { CustomStatusDialog } from '../../../src/features/presence/custom-status-dialog.tsx'

function shown(before: string | null = null) {
  const onSave = vi.fn()
  const onClose = vi.fn()
  render(<CustomStatusDialog before={before} onSave={onSave} onClose={onClose} />)
  const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Your status' })
  return {
    onSave,
    onClose,
    field,
    save: screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }),
    problem: () => screen.getByRole('alert').textContent,
    write: (text: string) => fireEvent.change(field, { target: { value: text } }),
    submit: () => fireEvent.submit(field),
    press: (name: string) => fireEvent.click(screen.getByRole('button', { name })),
  }
}

afterEach(cleanup)

it('words that are too long are taken, said to be so by how much, and not saved until they are shortened', () => {
  const { field, save, problem, write, submit, onSave, onClose } = shown()
  const pasted = 'ö'.repeat(MAX_STATUS_BYTES / 2 + 1)
  write(pasted)
  expect(field.value).toBe(pasted)
  expect(problem()).toBe('Your status is too long by 2 bytes.')
  expect([field.getAttribute('aria-invalid'), save.disabled]).toEqual(['true', true])
  submit()
  expect(onSave).not.toHaveBeenCalled()
  expect(onClose).not.toHaveBeenCalled()
  const longest = 'a'.repeat(MAX_STATUS_BYTES)
  write(`  ${longest}  `)
  expect([problem(), field.getAttribute('aria-invalid'), save.disabled]).toEqual(['', 'false', false])
  submit()
  expect(onSave).toHaveBeenCalledExactlyOnceWith(longest)
  expect(onClose).toHaveBeenCalledOnce()
})

it('who has said something may clear it, and may leave without changing it', () => {
  const { press, onSave, onClose } = shown('At sea')
  press('Cancel')
  expect(onSave).not.toHaveBeenCalled()
  expect(onClose).toHaveBeenCalledOnce()
  press('Clear')
  expect(onSave).toHaveBeenCalledExactlyOnceWith(null)
})

it('who has said nothing has nothing to clear', () => {
  shown()
  expect(screen.queryByRole('button', { name: 'Clear' })).toBeNull()
})

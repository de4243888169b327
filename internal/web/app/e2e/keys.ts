// How a person without a mouse uses a control: on to it by Tab, within it by arrows, and what it
// does by Enter or Space, as its role says.
import type { Locator, Page } from 'playwright-core'

// useByKeys does by keyboard what a click on a control, or on a word of it, does.
export async function useByKeys(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  switch (await target.evaluate(kindOf)) {
    case 'option':
      await press(page, 'ArrowDown', () => target.evaluate((e) => e.matches('.ant-select-item-option-active')))
      return page.keyboard.press('Enter')
    case 'cell':
      await tabInto(page, page.getByRole('grid'))
      await walkTo(page, target)
      return page.keyboard.press('Enter')
    case 'radio':
      return chooseRadio(page, target)
    case 'checkbox':
      await tabInto(page, target)
      return page.keyboard.press('Space')
    case 'tab':
      await tabInto(page, around(target, 'tablist'))
      await press(page, 'ArrowRight', () => hasFocus(target))
      return page.keyboard.press('Enter')
    case 'combobox':
      await tabInto(page, target)
      if ((await target.getAttribute('aria-expanded')) !== 'true') await page.keyboard.press('ArrowDown')
      return
    default:
      await tabInto(page, target)
      return page.keyboard.press('Enter')
  }
}

// kindOf tells how a control is used. It runs in the page.
function kindOf(element: Element): string {
  if (element.closest('.ant-select-item-option')) return 'option'
  if (element.closest('[data-row][data-column]')) return 'cell'
  const input = element.closest('label')?.querySelector('input')
  return input?.type ?? element.closest('[role]')?.getAttribute('role') ?? 'button'
}

// hasFocus tells whether the focus is on a control, within it, or on the input that it labels.
function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => {
    const focused = document.activeElement
    return focused !== null && focused !== document.body && (element.contains(focused) || element.closest('label')?.control === focused)
  })
}

// around returns the group that a control belongs to.
function around(target: Locator, role: string): Locator {
  return target.locator(`xpath=ancestor::*[@role="${role}"][1]`)
}

// tabInto goes on to a control, or into a group, by Tab.
export function tabInto(page: Page, target: Locator): Promise<void> {
  return press(page, 'Tab', () => hasFocus(target))
}

// press presses a key until it has led to something.
async function press(page: Page, key: string, led: () => Promise<boolean>, most = 400): Promise<void> {
  for (let i = 0; i < most; i++) {
    if (await led()) return
    await page.keyboard.press(key)
    await page.waitForTimeout(5)
  }
  throw new Error(`${key} leads to nothing, ${most} times`)
}

// walkTo goes from one cell of a grid to another by arrows.
async function walkTo(page: Page, cell: Locator): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const key = await cell.evaluate((wanted) => {
      const placeOf = (e: HTMLElement | null) => [Number(e?.dataset.row), Number(e?.dataset.column)] as const
      const [row, column] = placeOf(document.activeElement?.closest<HTMLElement>('[data-row]') ?? null)
      const [toRow, toColumn] = placeOf(wanted.closest<HTMLElement>('[data-row]'))
      if (row !== toRow) return row < toRow ? 'ArrowDown' : 'ArrowUp'
      if (column !== toColumn) return column < toColumn ? 'ArrowRight' : 'ArrowLeft'
      return null
    })
    if (key === null) return
    await page.keyboard.press(key)
  }
  throw new Error('the arrows do not lead to the cell')
}

// chooseRadio goes into a group of radios and chooses by arrows, or by Space where the focus is.
async function chooseRadio(page: Page, target: Locator): Promise<void> {
  const group = around(target, 'radiogroup')
  await tabInto(page, group)
  await page.keyboard.press('Space')
  const chosen = () => target.evaluate((e) => (e.closest('label')?.control as HTMLInputElement | null)?.checked === true)
  await press(page, 'ArrowDown', chosen, 30)
}

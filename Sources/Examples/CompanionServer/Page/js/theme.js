// Dark or light: as the system has it, until somebody chooses.

const KEY = "companion.theme"

export const chosenTheme = () => localStorage.getItem(KEY) ?? "system"

export function chooseTheme(theme) {
  if (theme === "system") localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, theme)
  applyTheme()
}

export function applyTheme() {
  const theme = chosenTheme()
  if (theme === "system") delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

addEventListener("storage", (event) => { if (event.key === KEY) applyTheme() })

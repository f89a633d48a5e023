/* Hours as people type them, read as the server reads them (grants/french/reading.py). */

const DECIMAL = /^\+?(\d{0,6})(?:[.,](\d{0,6}))?h?$/;
const CLOCK = /^(\d{1,6})(?:h|:)(\d{1,2})?(?:m|mn|min)?$/;
const MINUTES = /^(\d{1,6})(?:m|mn|min|minutes?)$/;
const DAY = 24 * 60;

/** Minutes that a text says, 0 when it is empty, null when it is no duration of a day. */
export function minutesOf(text) {
  const words = text.replace(/\s+/g, "").toLowerCase();
  const minutes = words === "" ? 0 : read(words);
  return minutes === null || minutes > DAY ? null : minutes;
}

function read(words) {
  const clock = CLOCK.exec(words);
  const minute = Number(clock?.[2] || 0);
  if (clock) return minute < 60 ? Number(clock[1]) * 60 + minute : null;
  const minutes = MINUTES.exec(words);
  if (minutes) return Number(minutes[1]);
  const decimal = DECIMAL.exec(words);
  if (!decimal || !(decimal[1] || decimal[2])) return null;
  const places = 10 ** (decimal[2] || "").length;
  const part = Number(decimal[2] || 0);
  return Number(decimal[1] || 0) * 60 + Math.floor((part * 120 + places) / (2 * places));
}

/** Hours as grants/french writes them: rounded half up, none or two decimals. */
export function hoursText(minutes) {
  const hundredths = Math.floor((minutes * 100 + 30) / 60);
  const whole = String(Math.floor(hundredths / 100)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return hundredths % 100 ? `${whole},${String(hundredths % 100).padStart(2, "0")}` : whole;
}

/** A part of a whole in percent, two decimals at most, as the page writes it. */
export function shareText(part, whole) {
  if (!whole) return "";
  const hundredths = Math.floor((part * 20000 + whole) / (2 * whole));
  const decimals = String(hundredths % 100).padStart(2, "0").replace(/0+$/, "");
  return `${Math.floor(hundredths / 100)}${decimals && `,${decimals}`}\u202f%`;
}

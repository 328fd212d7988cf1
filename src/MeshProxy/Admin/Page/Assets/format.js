// Numbers for people: three digits, a unit, and never more width than they need.

export function count(value) {
  if (value < 10_000)
    return String(value);
  return scaled(value, 1000, ["", "k", "M", "G", "T"], "");
}

export function rate(value) {
  if (value === 0)
    return "0";
  return value < 1000 ? three(value) : scaled(value, 1000, ["", "k", "M", "G"], "");
}

export function bytes(value) {
  return value < 1024 ? `${Math.round(value)} B` : scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"], " ");
}

export function latency(seconds) {
  if (seconds === null)
    return "–";
  if (seconds < 0.000_999_5)
    return `${Math.round(seconds * 1e6)} µs`;
  return seconds < 0.9995 ? `${three(seconds * 1000)} ms` : `${three(seconds)} s`;
}

export function duration(seconds) {
  const whole = Math.floor(seconds);
  if (whole < 10 && seconds > 0)
    return seconds < 1 ? latency(seconds) : `${seconds.toFixed(1)} s`;
  if (whole < 60)
    return `${whole} s`;
  if (whole < 3600)
    return `${Math.floor(whole / 60)} m ${whole % 60} s`;
  return whole < 86_400
    ? `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} m`
    : `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

// How long ago; a day and more is told by its date, in the reader's own time.
export function age(milliseconds, now) {
  const seconds = Math.max(0, Math.floor((now - milliseconds) / 1000));
  if (seconds < 60)
    return `${seconds} s ago`;
  if (seconds < 3600)
    return `${Math.floor(seconds / 60)} m ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : dateTime(new Date(milliseconds));
}

function dateTime(time) {
  const two = number => String(number).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

export function clock(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString([], { hour12: false });
}

function scaled(value, step, units, space) {
  let unit = 0;
  for (; value >= step && unit < units.length - 1; unit++)
    value /= step;
  return three(value) + space + units[unit];
}

function three(value) {
  return value >= 99.95 ? String(Math.round(value)) : value.toFixed(value >= 9.995 ? 1 : 2);
}

// What was typed and is not saved: ask before leaving the page.
"use strict";
const TEXT_FIELDS = 'textarea, input:not([type="hidden"], [type="radio"], [type="checkbox"], [type="password"])';

// Whether something in this form was typed or chosen since it was shown.
function isChanged(form) {
  return [...form.elements].some((control) => control.matches("[type=radio], [type=checkbox]")
    ? control.checked !== control.defaultChecked
    : control.matches(TEXT_FIELDS) && control.value !== control.defaultValue);
}

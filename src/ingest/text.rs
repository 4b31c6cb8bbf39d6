pub(super) fn read(){}

"""Open Contracting Data Standard 1.1.5: releases for each legal act, records compiled from them."""

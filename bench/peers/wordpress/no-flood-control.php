<?php
// A plugin that must be used: WordPress would otherwise read the comments of the last hour for each new one.
remove_action('check_comment_flood', 'check_comment_flood_db', 10);
